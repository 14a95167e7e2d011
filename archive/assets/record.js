// Recording a conversation in the browser, and what the browser still keeps of earlier ones.
import { hindrance } from "./js/record/hindrance.js";
import { kept } from "./js/record/kept.js";
import { room } from "./js/record/room.js";
import { upload } from "./js/upload.js";

const why = hindrance();
const otherwise = document.querySelector("[data-otherwise]");
const page = document.querySelector("[data-recorder]");
const form = document.querySelector("[data-before-recording]");
const showKept = kept();

if (otherwise) {
  otherwise.hidden = !why;
  if (why) otherwise.querySelector("[data-why]").textContent = why;
}
if (page && !why) room(page, showKept);
if (form && why) upload();
if (form && !why) {
  form.querySelector("[name=awaits]").disabled = false; // the story first; its sound comes on the next page
  form.querySelector("[name=file]").required = false;
  form.querySelector("[data-live]").hidden = false;
  form.querySelector("button.primary").textContent = "Go to the microphone";
}
