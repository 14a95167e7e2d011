// The page on which a part of a story is taken out. Without this file the words are chosen from lists, or by times.
import { striking } from "./js/strike/striking.js";

const page = document.querySelector("[data-striking]");
if (page) striking(page);
