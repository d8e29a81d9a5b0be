// Loaded into the responder with --import: it takes its pipes for a terminal, so that it asks, and hears what the test types.
process.stdin.isTTY = true;
process.stderr.isTTY = true;
