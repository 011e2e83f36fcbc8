//go:build unix

package main

import "syscall"

// maxOpenFiles is how many files this process may have open, which Go has raised
// to the hard limit when it started. It is not ok when there is no limit to
// speak of.
func maxOpenFiles() (n int, ok bool) {
	var files syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files) != nil || files.Cur > 1<<30 {
		return 0, false
	}
	return int(files.Cur), true
}
