// How calls end that fail.

export default {};
