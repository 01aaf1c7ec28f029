// What must not be shown.

export default {};
