package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// arrivals tells how the files in a folder came there, as far as this machine
// did it. fsnotify does not: to it a file that is begun is created, and so is
// one that is moved in whole. A nil one knows nothing.
type arrivals struct {
	events *os.File
	bell   chan struct{}
	ended  chan struct{} // closed when no more is told

	mu    sync.Mutex
	hints map[string]hint
}

// watchArrivals begins to listen to a folder.
func watchArrivals(folder string) (*arrivals, error) {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return nil, fmt.Errorf("watch %s: %w", folder, err)
	}
	a := &arrivals{events: os.NewFile(uintptr(fd), "inotify"), bell: make(chan struct{}, 1), ended: make(chan struct{}), hints: map[string]hint{}}
	const mask = unix.IN_MOVED_TO | unix.IN_CLOSE_WRITE | unix.IN_MODIFY | unix.IN_MOVED_FROM | unix.IN_DELETE | unix.IN_MOVE_SELF | unix.IN_ONLYDIR
	if _, err := unix.InotifyAddWatch(fd, folder, mask); err != nil {
		a.events.Close()
		return nil, fmt.Errorf("watch %s: %w", folder, err)
	}
	go a.listen()
	return a, nil
}

// listen takes in what is told until it is closed, or the folder is gone.
func (a *arrivals) listen() {
	defer close(a.ended)
	buffer := make([]byte, 64<<10)
	for {
		n, err := a.events.Read(buffer)
		if err != nil {
			return
		}
		for rest := buffer[:n]; len(rest) >= unix.SizeofInotifyEvent; {
			// struct inotify_event: wd, mask, cookie, len, name; see inotify(7)
			mask, size := binary.NativeEndian.Uint32(rest[4:]), binary.NativeEndian.Uint32(rest[12:])
			name, _, _ := bytes.Cut(rest[unix.SizeofInotifyEvent:unix.SizeofInotifyEvent+size], []byte{0})
			rest = rest[unix.SizeofInotifyEvent+size:]
			if mask&(unix.IN_IGNORED|unix.IN_MOVE_SELF|unix.IN_UNMOUNT) != 0 {
				return
			}
			a.hear(string(name), mask)
		}
	}
}

// hear takes in one thing that happened to a name.
func (a *arrivals) hear(name string, mask uint32) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case mask&unix.IN_Q_OVERFLOW != 0 || len(a.hints) > 2*mostFiles: // what was heard may not hold any more
		clear(a.hints)
	case isUnfinished(name):
	case mask&unix.IN_MOVED_TO != 0:
		a.hints[name] = landed
		select {
		case a.bell <- struct{}{}:
		default: // it rings already
		}
	case mask&unix.IN_MODIFY != 0:
		a.hints[name] = open
	case mask&unix.IN_CLOSE_WRITE != 0:
		if a.hints[name] != landed { // or who opened it wrote nothing
			a.hints[name] = written
		}
	default:
		delete(a.hints, name)
	}
}

// of is how a file came.
func (a *arrivals) of(name string) hint {
	if a == nil {
		return noHint
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.hints[name]
}

func (a *arrivals) forget(name string) {
	if a != nil {
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.hints, name)
	}
}

// landed tells that a file was given its name.
func (a *arrivals) landed() <-chan struct{} {
	if a == nil {
		return nil
	}
	return a.bell
}

// over reports whether nothing more is told.
func (a *arrivals) over() bool {
	if a == nil {
		return true
	}
	select {
	case <-a.ended:
		return true
	default:
		return false
	}
}

// close ends the listening and waits for that.
func (a *arrivals) close() {
	if a != nil {
		a.events.Close()
		<-a.ended
	}
}

// writersOf says whether somebody has the file open for writing. While nobody
// has, the file is leased until it is closed: who opens it then for writing
// waits. It is unknown for files of others, unless this process has
// CAP_LEASE, and on file systems that other machines write to.
func writersOf(f *os.File) writers {
	raw, err := f.SyscallConn()
	if err != nil {
		return unknown
	}
	who := unknown
	err = raw.Control(func(fd uintptr) {
		var system unix.Statfs_t
		if unix.Fstatfs(int(fd), &system) != nil || isShared(uint32(system.Type)) {
			return
		}
		// fcntl(2): a read lease is for who has the file open for reading alone,
		// and fails with EAGAIN where anybody has it open for writing.
		switch _, err := unix.FcntlInt(fd, unix.F_SETLEASE, unix.F_RDLCK); {
		case err == nil:
			who = nobody
		case errors.Is(err, unix.EAGAIN):
			who = somebody
		}
	})
	if err != nil {
		return unknown
	}
	return who
}

// isShared reports whether other machines, or programs that this one knows
// nothing of, write to a file system of that type. On some of them EAGAIN means
// only that there are no leases.
func isShared(system uint32) bool {
	switch system {
	case unix.NFS_SUPER_MAGIC, unix.SMB_SUPER_MAGIC, unix.CIFS_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC, unix.FUSE_SUPER_MAGIC,
		unix.CEPH_SUPER_MAGIC, unix.V9FS_MAGIC, unix.AFS_SUPER_MAGIC, unix.AFS_FS_MAGIC, unix.CODA_SUPER_MAGIC, unix.NCP_SUPER_MAGIC, unix.OCFS2_SUPER_MAGIC,
		0x01161970 /* GFS2 */, 0x786f4256 /* vboxsf */, 0xbacbacbc /* vmhgfs */, 0x0bd00bd0 /* Lustre */, 0x47504653 /* GPFS */ :
		return true
	}
	return false
}
