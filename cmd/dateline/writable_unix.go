//go:build unix

package main

import "syscall"

// writable fails when this process may not write a file, or into a folder, or
// nobody may as what it is on is read-only. Nothing is changed to find out.
func writable(path string) error {
	const write = 2 // W_OK of access(2)
	return syscall.Access(path, write)
}
