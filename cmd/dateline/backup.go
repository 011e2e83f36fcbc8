package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"dateline/store"
	"dateline/store/bolt"
)

func storeBackupCommand() *cobra.Command {
	var asJSON, replace bool
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the store, also while a server runs on it, and check the copy",
		Long: `Copy the store as it is at this moment into FILE, and check the copy before it
gets that name. A server may run on the store: then that is asked for the copy.

To restore it, stop the server, put the copy in the place of the store, and
start the server again.`,
		Example: `  dateline store backup /mnt/backup/dateline.db`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			stats, err := backupInto(cmd, args[0], replace)
			if err != nil {
				return fmt.Errorf("back up into %s: %w", args[0], err)
			}
			if asJSON {
				return printJSON(cmd, map[string]any{"path": args[0], "size": stats.Size, "articles": stats.Articles, "sequence": stats.Sequence})
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s holds the store as of change %d, %d articles, %s, and was checked\n", args[0], stats.Sequence, stats.Articles, size(stats.Size))
			return err
		},
	}
	jsonFlag(cmd, &asJSON)
	cmd.Flags().BoolVar(&replace, "replace", false, "replace FILE when it is there")
	return cmd
}

func backupInto(cmd *cobra.Command, path string, replace bool) (store.Stats, error) {
	c, err := configOf(cmd)
	if err != nil {
		return store.Stats{}, err
	}
	if _, err := os.Lstat(path); err == nil && isSame(path, c.storePath()) {
		return store.Stats{}, errors.New("it is the store itself: name another file")
	} else if err == nil && !replace {
		return store.Stats{}, errors.New("it is there already: name another file, or say --replace")
	} else if err == nil {
		if old, err := bolt.Open(path, bolt.Options{ReadOnly: true, LockWait: 100 * time.Millisecond}); err != nil {
			return store.Stats{}, fmt.Errorf("only a backup is replaced, and it is none that can be used: name another file, or remove this one: %w", err)
		} else {
			old.Close()
		}
	}
	if err := hasFolder(path); err != nil {
		return store.Stats{}, err
	}
	tell, checking, done := copyProgress(cmd.ErrOrStderr())
	defer done()
	s, err := bolt.Open(c.storePath(), bolt.Options{ReadOnly: true, LockWait: 100 * time.Millisecond})
	removed := errors.Is(err, fs.ErrNotExist) // which a server that has it open still holds
	if removed || errors.Is(err, bolt.ErrHeld) {
		var stats store.Stats
		client, failed := newClient(cmd)
		if failed == nil {
			stats, failed = bolt.Keep(cmd.Context(), path, func(w io.Writer) error { return client.copyStore(cmd.Context(), w, tell) }, checking)
		}
		if removed && (client == nil || errors.Is(failed, errNoServer)) {
			return stats, err
		}
		return stats, failed
	} else if err != nil {
		return store.Stats{}, err
	}
	defer s.Close()
	return bolt.Keep(cmd.Context(), path, func(w io.Writer) error { return s.Backup(cmd.Context(), w, tell) }, checking)
}

// hasFolder fails when a file cannot be made for want of a folder.
func hasFolder(path string) error {
	folder := filepath.Dir(path)
	info, err := os.Stat(folder)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
		return fmt.Errorf("there is no folder %s: make it, or name a file in another", folder)
	}
	return pathCause(err)
}

// copyProgress tells of a copy of a store that is written, and then checked, until
// it is done.
func copyProgress(w io.Writer) (copying func(done, all int64), checking func(done, all int), done func()) {
	copied, checked := newProgress(w, 0, "MiB"), newProgress(w, 0, "articles and changes checked")
	return func(done, all int64) { copied.set(int(done>>20), int(all>>20)) }, checked.set, checked.clear
}

// copyStore writes the store of the running server to w.
func (c *client) copyStore(ctx context.Context, w io.Writer, tell func(done, all int64)) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.server+"/api/v1/backup", nil)
	if err != nil {
		return fmt.Errorf("ask %s: %w", c.server, err)
	}
	req.Header.Set("Authorization", "Bearer "+c.secret)
	client := *c.http
	client.Timeout = 0 // it takes as long as it takes
	resp, err := client.Do(req)
	if err != nil {
		return c.unreached(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		data, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
		return errors.Join(c.problem(resp, data), err)
	}
	done, err := io.Copy(w, &tellingReader{resp.Body, 0, resp.ContentLength, tell})
	if err == nil && done != resp.ContentLength {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return fmt.Errorf("the copy broke off after %s: %w", size(done), err)
	}
	return nil
}

// tellingReader tells how much of it was read.
type tellingReader struct {
	from      io.Reader
	done, all int64
	tell      func(done, all int64)
}

func (r *tellingReader) Read(b []byte) (int, error) {
	n, err := r.from.Read(b)
	r.done += int64(n)
	r.tell(r.done, r.all)
	return n, err
}

func storeCompactCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "compact",
		Short: "Write the store anew, without the room that was freed in it",
		Long: `Write the store anew, without the room that was freed in it, check that, and put
it in the place of the old file. No server may run on it, and there must be
room for a second file beside it.`,
		Example: `  dateline store compact`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := configOf(cmd)
			if err != nil {
				return err
			}
			copying, checking, done := copyProgress(cmd.ErrOrStderr())
			before, after, err := bolt.Compact(cmd.Context(), c.storePath(), copying, checking)
			done()
			if err != nil {
				return fmt.Errorf("compact: %w", err)
			}
			if asJSON {
				return printJSON(cmd, map[string]any{"path": c.storePath(), "before": before, "after": after})
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s took %s and now takes %s\n", c.storePath(), size(before), size(after))
			return err
		},
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func storeDumpCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "dump [FILE]",
		Short: "Write all that the store keeps as text, a line of JSON for each thing",
		Long: `Write all that the store keeps as text that any engine reads, a line of JSON for
each thing, into FILE or to standard output. No server may run on the store; to
dump that of one that runs, back it up first and dump the copy.`,
		Example: `  dateline store dump | zstd > dateline.ndjson.zst
  dateline store backup copy.db && dateline store dump --store copy.db copy.ndjson`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := openStore(cmd)
			if err != nil {
				return err
			}
			defer s.Close()
			progress := newProgress(cmd.ErrOrStderr(), 0, "articles and changes")
			defer progress.clear()
			if len(args) == 0 || args[0] == "-" {
				return s.Dump(cmd.Context(), cmd.OutOrStdout(), progress.set)
			}
			if err := dumpInto(cmd.Context(), s, args[0], progress.set); err != nil {
				return fmt.Errorf("dump into %s: %w", args[0], err)
			}
			return nil
		},
	}
	storeFlag(cmd)
	return cmd
}

// dumpInto makes the file, which is there only when it is whole.
func dumpInto(ctx context.Context, s *bolt.Store, path string, tell func(done, all int)) error {
	if _, err := os.Lstat(path); err == nil {
		return errors.New("it is there already: name another file")
	}
	if err := hasFolder(path); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".part-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err := errors.Join(s.Dump(ctx, f, tell), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func storeLoadCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "load FILE",
		Short: "Make the store out of a dump",
		Long: `Make the store that the configuration names out of a dump, or out of standard
input for "-". There must be none at that place. A dump that is not whole makes
none.`,
		Example: `  zstd -dc dateline.ndjson.zst | dateline store load -`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := configOf(cmd)
			if err != nil {
				return err
			}
			from := cmd.InOrStdin()
			if args[0] != "-" {
				f, err := os.Open(args[0])
				if err != nil {
					return fmt.Errorf("load %s: %w", args[0], pathCause(err))
				}
				defer f.Close()
				from = f
			}
			progress := newProgress(cmd.ErrOrStderr(), 0, "lines")
			checking := newProgress(cmd.ErrOrStderr(), 0, "articles and changes checked")
			err = bolt.Load(cmd.Context(), c.storePath(), from, func(lines int) { progress.set(lines, 0) }, checking.set)
			checking.clear()
			switch {
			case errors.Is(err, fs.ErrExist):
				return err
			case err != nil:
				return fmt.Errorf("load %s: %w; nothing was made of it", args[0], err)
			}
			if asJSON {
				return printJSON(cmd, map[string]any{"path": c.storePath(), "from": args[0]})
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s was made of %s, and was checked\n", c.storePath(), args[0])
			return err
		},
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}
