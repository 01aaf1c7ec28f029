// The life of a token.

export default {};
