package bolt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"syscall"
	"time"

	bbolt "go.etcd.io/bbolt"

	"dateline/store"
)

var (
	// errClosed is the answer of a store that was closed.
	errClosed = errors.New("the store is closed")
	// errReadOnly is the answer to a write where nobody commits.
	errReadOnly = errors.New("the store was opened for reading only")
)

// maxGroup is the greatest number of writes that share one commit. It bounds
// the memory of a commit and the wait of the first in it.
const maxGroup = 256

// write is one act that waits for its commit.
type write struct {
	ctx    context.Context
	act    func(*tx) error
	err    error
	answer chan struct{} // closed when err is final
}

// refusal is an act's own no: it came before the act changed anything, so the
// others of its group may go ahead.
type refusal struct{ error }

func (r refusal) Unwrap() error { return r.error }

// write runs act in a write transaction and returns when that is on the disk.
// act must look before it changes: it may return a refusal only while it has
// changed nothing. With any other error the transaction is undone, and the
// other acts of the group are run again without this one; so act may run more
// than once, and must assign its results anew each time.
//
// When ctx ends first, the act may or may not have been done.
func (s *Store) write(ctx context.Context, act func(*tx) error) error {
	if s.db.IsReadOnly() {
		return errReadOnly
	}
	w := &write{ctx: ctx, act: act, answer: make(chan struct{})}
	select {
	case s.writes <- w:
	case <-s.closing:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-w.answer:
	case <-ctx.Done():
		return ctx.Err()
	}
	var r refusal
	if errors.As(w.err, &r) {
		return r.error
	}
	return w.err
}

// commitLoop commits what comes, all that waits at a time, until Close.
func (s *Store) commitLoop() {
	for {
		select {
		case w := <-s.writes:
			s.commit(s.group(w))
		case <-s.closing:
			return
		}
	}
}

// group is first and all that wait behind it.
func (s *Store) group(first *write) []*write {
	group := []*write{first}
	for len(group) < maxGroup {
		select {
		case w := <-s.writes:
			group = append(group, w)
		default:
			return group
		}
	}
	return group
}

// commit does the group in one transaction. A write that fails is answered
// and left out, and the rest is done again.
func (s *Store) commit(group []*write) {
	for len(group) > 0 {
		failed, done, begun := -1, 0, time.Now()
		var sequence uint64
		err := s.update(func(btx *bbolt.Tx) error {
			if err := s.inPlace(); err != nil {
				return err
			}
			done = 0
			tx := &tx{Tx: btx, coder: s.coder}
			for i, w := range group {
				if w.err = w.ctx.Err(); w.err != nil {
					continue
				}
				if w.err = w.act(tx); w.err != nil && !errors.As(w.err, new(refusal)) {
					failed = i
					return w.err
				} else if w.err == nil {
					done++
				}
			}
			sequence = tx.lastChange().sequence
			return nil
		})
		if failed >= 0 {
			close(group[failed].answer)
			group = append(group[:failed:failed], group[failed+1:]...)
			continue
		}
		if err == nil && sequence != s.sequence.Swap(sequence) {
			s.news.tell()
		}
		if err == nil && s.committed != nil {
			s.committed(len(group), time.Since(begun))
		}
		if err != nil {
			err = full(err)
			s.fault.Store(&fault{err, begun})
		} else if done > 0 {
			s.fault.Store(nil)
		}
		for _, w := range group {
			if err != nil {
				w.err = err
			}
			close(w.answer)
		}
		return
	}
}

// update is bbolt's, for a file that may be damaged.
func (s *Store) update(act func(*bbolt.Tx) error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer damaged(s.db.Path(), &err)
	return s.db.Update(act)
}

// fault is a transaction that could not be written.
type fault struct {
	err  error
	when time.Time
}

// inPlace fails when the file that is open has another name now, or none. What
// is written then is lost when the process ends.
func (s *Store) inPlace() error {
	there, err := os.Stat(s.db.Path())
	open, wrong := s.file.Stat()
	if err == nil && wrong == nil && os.SameFile(there, open) {
		return nil
	}
	return fmt.Errorf("its file %s was moved, removed or replaced while this process has it open, and what is written would be lost: put it back. If it is lost, `dateline store backup` saves what it held as long as the server runs; if another is meant to be there, start the server anew", s.db.Path())
}

// full makes store.ErrFull of what a system says when there is no room.
func full(err error) error {
	for _, cause := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG} {
		if errors.Is(err, cause) {
			return fmt.Errorf("%w (%w)", store.ErrFull, err)
		}
	}
	return err
}
