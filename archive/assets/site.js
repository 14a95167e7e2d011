// Every public page. Without this file all of them can be read, and heard with the browser's own controls.
import { inPlace } from "./js/in_place.js";
import { story } from "./js/story.js";
import { anotherVoice } from "./js/voice.js";
import { facets } from "./js/facets.js";
import { themed } from "./js/themed.js";

const page = document.querySelector("[data-story]");
if (page) story(page);
themed(document.querySelector("[data-story] #telling"));
inPlace(document);
anotherVoice();
facets();
