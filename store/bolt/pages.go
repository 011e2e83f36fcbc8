package bolt

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"strings"
)

// The form of a page of bbolt, in the order of the machine: its own number (8
// bytes), what it is, how many entries it has (2 each) and how many pages follow
// that belong to it (4); then the entries, and then what these point to, counted
// from the entry.
const (
	branchPage   = 1
	leafPage     = 2
	entryLength  = 16 // of a branch: position, length of the key (4 each), page (8); of a leaf: flags, position, length of key and value (4 each)
	bucketEntry  = 1  // of the flags: the value is a bucket
	bucketHeader = 16 // of that: the page of its root (8), 0 for one that follows at once; a sequence (8)
	maxDepth     = 64 // of a tree; bbolt's have five levels or so
)

// pages are those of one state of a file.
type pages struct {
	file  io.ReaderAt
	size  int64  // of each, in bytes
	count uint64 // of them
	seen  map[uint64]bool
	found func(fault string)
}

// walk looks whether every page that root leads to can be what it should, and
// tells of those that cannot. bbolt itself trusts what it finds there: a length
// that leads out of the file ends the process.
func (p *pages) walk(root uint64, depth int) {
	data, kind, ok := p.read(root, depth)
	if !ok {
		return
	}
	p.entries(fmt.Sprintf("page %d", root), data, kind, depth)
}

// read is a page with those that belong to it.
func (p *pages) read(id uint64, depth int) (data []byte, kind uint16, ok bool) {
	no := func(format string, args ...any) ([]byte, uint16, bool) {
		p.found(fmt.Sprintf("page %d: ", id) + fmt.Sprintf(format, args...))
		return nil, 0, false
	}
	switch {
	case id < 2 || id >= p.count:
		return no("another leads to it, and the file has pages 2 to %d", p.count-1)
	case p.seen[id]:
		return no("two others lead to it")
	case depth > maxDepth:
		return no("it is %d levels deep", depth)
	}
	p.seen[id] = true
	var header [pageHeader]byte
	if _, err := p.file.ReadAt(header[:], int64(id)*p.size); err != nil {
		return no("it cannot be read: %v", err)
	}
	order := binary.NativeEndian
	itself, more := order.Uint64(header[:]), uint64(order.Uint32(header[12:]))
	if kind = order.Uint16(header[8:]); itself != id {
		return no("it says that it is page %d", itself)
	} else if kind != branchPage && kind != leafPage {
		return no("it is of a kind that belongs somewhere else, %#x", kind)
	} else if id+more >= p.count {
		return no("%d pages follow that belong to it, and the file ends before", more)
	}
	data = make([]byte, int64(more+1)*p.size)
	if _, err := p.file.ReadAt(data, int64(id)*p.size); err != nil {
		return no("it cannot be read: %v", err)
	}
	return data, kind, true
}

// entries looks at those of a page, or of a bucket that stands in one, and goes
// on to where they lead.
func (p *pages) entries(name string, data []byte, kind uint16, depth int) {
	order := binary.NativeEndian
	n := int(order.Uint16(data[10:]))
	if pageHeader+n*entryLength > len(data) {
		p.found(fmt.Sprintf("%s: it has no room for its %d entries", name, n))
		return
	}
	if n == 0 && kind == branchPage {
		p.found(name + ": it leads to no other")
		return
	}
	for i := range n {
		at := pageHeader + i*entryLength
		entry := data[at : at+entryLength]
		if kind == branchPage {
			if _, ok := within(data, at, order.Uint32(entry), order.Uint32(entry[4:])); !ok {
				p.found(fmt.Sprintf("%s: its entry %d leads out of it", name, i+1))
				continue
			}
			p.walk(order.Uint64(entry[8:]), depth+1)
			continue
		}
		key := order.Uint32(entry[8:])
		value, ok := within(data, at, order.Uint32(entry[4:]), key, order.Uint32(entry[12:]))
		if !ok {
			p.found(fmt.Sprintf("%s: its entry %d leads out of it", name, i+1))
		} else if order.Uint32(entry)&bucketEntry != 0 {
			p.bucket(fmt.Sprintf("%s, entry %d", name, i+1), value[key:], depth)
		}
	}
}

// within are the bytes that an entry at a place of data leads to; ok is false
// when they are not all there.
func within(data []byte, at int, position uint32, lengths ...uint32) (part []byte, ok bool) {
	from := int64(at) + int64(position)
	to := from
	for _, n := range lengths {
		to += int64(n)
	}
	if to > int64(len(data)) {
		return nil, false
	}
	return data[from:to], true
}

// bucket goes on to what is in a bucket.
func (p *pages) bucket(name string, value []byte, depth int) {
	if len(value) < bucketHeader {
		p.found(name + ": it is too short for a bucket")
		return
	}
	if root := binary.NativeEndian.Uint64(value); root != 0 {
		p.walk(root, depth+1)
		return
	}
	inner := value[bucketHeader:]
	if len(inner) < pageHeader || binary.NativeEndian.Uint16(inner[8:]) != leafPage {
		p.found(name + ": it is not the bucket that it says")
		return
	}
	p.entries(name, inner, leafPage, depth+1)
}

// damages says which pages of a file are damaged that does not open for it.
func damages(path string, cause error) error {
	f, err := os.Open(path)
	if err != nil {
		return cause
	}
	defer f.Close()
	m, ok := newestMeta(f)
	if !ok {
		return cause
	}
	var faults []string
	p := pages{file: f, size: int64(m.pageSize), count: m.pages, seen: map[uint64]bool{}, found: func(fault string) {
		if len(faults) < 10 {
			faults = append(faults, fault)
		}
	}}
	if p.walk(m.root, 0); len(faults) == 0 {
		return cause
	}
	return fmt.Errorf("it is %w: %s: keep a copy of the file, and restore it from a backup", errDamaged, strings.Join(faults, "; "))
}
