// Every public page. Without this file all of them can be read, and heard with the browser's own controls.
import { inPlace } from "./js/in_place.js";
import { find } from "./js/find.js";
import { story } from "./js/story.js";
import { suggest } from "./js/suggest.js";
import { anotherVoice } from "./js/voice.js";
import { facets } from "./js/facets.js";
import { making } from "./js/making.js";
import { mixtape } from "./js/mixtape.js";
import { poem } from "./js/poem.js";
import { trimming } from "./js/trimming.js";
import { themed } from "./js/themed.js";

document.querySelectorAll("[data-find]").forEach(find); // before the story counts its words
const page = document.querySelector("[data-story]");
if (page) story(page);
themed(document.querySelector("[data-story] #telling"));
inPlace(document);
anotherVoice();
facets();
mixtape();
poem();
making();
trimming();
document.querySelectorAll("[data-suggest]").forEach(suggest);
