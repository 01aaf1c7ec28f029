// What a caller gives: any value of JavaScript.

export default {};
