/**
 * Places in order of their times. Histories come nearly sorted, for what overlaps is little: then each
 * place moves a few steps only, and no comparison function is called. What is far from sorted is left
 * to the sort of the language.
 */

/** So many steps on average, and inserting has cost as much as sorting would. */
const stepsMost = 32;

/** @returns the places of the times, earliest first; of equal times the lower place first */
export function sortedPlaces(times: Float64Array): Int32Array {
  const places = new Int32Array(times.length);
  let steps = 0;
  for (let at = 0; at < places.length; at++) {
    const time = times[at]!;
    let to = at;
    while (to > 0 && times[places[to - 1]!]! > time) {
      places[to] = places[to - 1]!;
      to -= 1;
    }
    places[to] = at;
    steps += at - to;
    if (steps > stepsMost * places.length) return sortedAnyhow(times);
  }
  return places;
}

function sortedAnyhow(times: Float64Array): Int32Array {
  return Int32Array.from(times.keys()).sort((one, other) => {
    if (times[one] === times[other]) return one - other;
    return times[one]! < times[other]! ? -1 : 1;
  });
}
