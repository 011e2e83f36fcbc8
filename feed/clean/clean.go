// Package clean makes what came from outside fit to be kept and shown: legal
// characters, plain text on one line, sanitised HTML with absolute URLs,
// excerpts, slugs. Its functions are pure, and safe for use by many
// goroutines. What they return they leave as it is when given it again.
package clean
