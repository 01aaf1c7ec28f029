import "../../app.js";

export default function Page() {}
