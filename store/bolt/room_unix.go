//go:build linux || darwin

package bolt

import (
	"path/filepath"
	"syscall"
)

// room is how many bytes may still be written where a file is; -1 when that
// cannot be known.
func room(path string) int64 {
	var st syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(path), &st); err != nil {
		return -1
	}
	return int64(st.Bavail) * int64(st.Bsize)
}
