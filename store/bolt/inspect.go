package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
)

// Inspect looks at the file before bbolt maps it, since bbolt dies of a file
// that is shorter than its own account of it. It fails when the file is no
// bbolt file or is cut short, and opens it for reading only.
//
// A bbolt file begins with two meta pages; the one with the higher
// transaction that is intact is in force. It names the page size and the
// number of pages in use.
func Inspect(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	m, ok := newestMeta(f)
	// The size is read after the meta page: a writer grows the file first.
	info, err := f.Stat()
	switch {
	case err != nil:
		return err
	case info.IsDir():
		return errors.New("it is a folder: store.path must name a file")
	case info.Size() == 0:
		return errors.New("it is empty, cut short by something else: restore it from a backup, or remove it to begin with an empty store")
	case !ok:
		return errors.New("it is not a store, or its head is damaged: it was left as it is; restore it from a backup, or name another file")
	case m.freelist == noFreelist: // bbolt would write one
		return schemaError(0)
	case info.Size() < m.size():
		return fmt.Errorf("it is cut short: %d bytes of %d are left; restore it from a backup", info.Size(), m.size())
	}
	return nil
}

// meta is what inspect needs of a meta page.
type meta struct {
	pageSize, root, freelist, pages, transaction uint64
}

func (m meta) size() int64 { return int64(m.pageSize * m.pages) }

const (
	pageHeader = 16         // bytes before the meta in its page
	metaLength = 64         // bytes of the meta, checksum included
	metaMagic  = 0xED0CDAED // of a bbolt file

	// noFreelist is the freelist of a file that keeps none on the disk. A
	// store always does.
	noFreelist = 1<<64 - 1
)

func newestMeta(f *os.File) (newest meta, ok bool) {
	// The second meta page stands at the page size, which is not known when
	// the first is damaged.
	for _, at := range []int64{0, 4096, 8192, 16384, 32768, 65536, 1024, 2048} {
		if m, valid := readMeta(f, at); valid && (!ok || m.transaction > newest.transaction) {
			newest, ok = m, true
		}
	}
	return newest, ok
}

func readMeta(f *os.File, page int64) (m meta, ok bool) {
	var b [metaLength]byte
	if _, err := f.ReadAt(b[:], page+pageHeader); err != nil {
		return m, false
	}
	// As bbolt has it: magic, version, page size, flags (4 bytes each), root
	// (16), freelist, pages, transaction, checksum (8 each), in the order of
	// the machine.
	order := binary.NativeEndian
	sum := fnv.New64a()
	sum.Write(b[:56])
	if order.Uint32(b[0:]) != metaMagic || order.Uint64(b[56:]) != sum.Sum64() {
		return m, false
	}
	return meta{
		pageSize:    uint64(order.Uint32(b[8:])),
		root:        order.Uint64(b[16:]),
		freelist:    order.Uint64(b[32:]),
		pages:       order.Uint64(b[40:]),
		transaction: order.Uint64(b[48:]),
	}, true
}
