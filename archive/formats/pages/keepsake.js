// Plays from the paragraph that is pressed, marks the one that is said, and goes on with the next recording.
(function () {
  "use strict";
  var players = Array.prototype.slice.call(document.querySelectorAll("audio"));
  players.forEach(function (audio, number) {
    var section = audio.closest("section");
    var said = Array.prototype.slice.call(section.querySelectorAll("p[data-s]"));
    var lit = null;
    section.querySelector(".words").classList.add("plays");

    function light(passage) {
      if (passage === lit) return;
      if (lit) lit.removeAttribute("aria-current");
      if (passage) passage.setAttribute("aria-current", "true");
      lit = passage;
    }

    function follow() {
      var at = audio.currentTime * 1000 + 50;
      var now = null;
      said.forEach(function (passage) {
        if (Number(passage.dataset.s) <= at) now = passage;
      });
      light(audio.currentTime > 0 || !audio.paused ? now : null);
    }

    said.forEach(function (passage) {
      passage.addEventListener("click", function (event) {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        if (!event.target.closest("a") && String(window.getSelection())) return;
        event.preventDefault();
        audio.currentTime = Math.max(0, Number(passage.dataset.s) / 1000);
        audio.play();
      });
    });
    audio.addEventListener("timeupdate", follow);
    audio.addEventListener("seeked", follow);
    audio.addEventListener("play", function () {
      players.forEach(function (other) {
        if (other !== audio) other.pause();
      });
    });
    audio.addEventListener("ended", function () {
      light(null);
      if (players[number + 1]) players[number + 1].play();
    });
  });
})();
