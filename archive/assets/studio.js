// Pages of the studio: the way of a file to the archive, and what the machine does with it.
import { arriving } from "./js/arriving.js";
import { correcting } from "./js/correcting.js";
import { doubts } from "./js/doubts.js";
import { printing } from "./js/printing.js";
import { upload } from "./js/upload.js";
import { working } from "./js/working.js";

upload();
arriving();
working();
correcting();
doubts();
printing();
