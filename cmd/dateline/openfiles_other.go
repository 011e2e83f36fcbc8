//go:build !unix

package main

// maxOpenFiles is not known here.
func maxOpenFiles() (n int, ok bool) { return 0, false }
