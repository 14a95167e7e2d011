/** What was chosen on the page's scales of one moment: [{narrator_id, moment, hope, conviction}], the unsaid left out. */
export function moodsOf(moment) {
  const said = [...document.querySelectorAll(`[data-mood="${moment}"]`)].map((box) => {
    const chosen = (axis) => box.querySelector(`.${axis} input:checked`)?.value ?? "";
    return { narrator_id: box.dataset.narrator, moment, hope: chosen("hope"), conviction: chosen("conviction") };
  });
  return said.filter((each) => each.hope || each.conviction);
}
