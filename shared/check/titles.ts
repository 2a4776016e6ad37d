/** The title of the test that every exercise with an oracle ends with. */

export const WHATEVER_ELSE = 'and whatever else people do';
