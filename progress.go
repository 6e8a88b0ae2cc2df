package main

import (
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress shows how many bytes of size were read, on a terminal only; size −1 is unknown. It gives what to call with
// the bytes read so far, nil when nothing is shown, and what to call at the end.
func (a *app) progress(label string, size int64) (update func(bytes int64), finish func()) {
	if a.config.Quiet || !isTerminal(a.stderr) {
		return nil, func() {}
	}
	bar := progressbar.NewOptions64(size,
		progressbar.OptionSetWriter(a.stderr),
		progressbar.OptionSetDescription(label),
		progressbar.OptionShowBytes(true),
		progressbar.OptionClearOnFinish(),
	)
	// A bar that cannot be drawn is no reason to stop the work.
	return func(bytes int64) { _ = bar.Set64(bytes) }, func() { _ = bar.Finish() }
}

// progressOf shows how many steps of how many are done, on a terminal only; as progress does.
func (a *app) progressOf(label string) (update func(done, total int), finish func()) {
	if a.config.Quiet || !isTerminal(a.stderr) {
		return nil, func() {}
	}
	bar := progressbar.NewOptions(-1,
		progressbar.OptionSetWriter(a.stderr),
		progressbar.OptionSetDescription(label),
		progressbar.OptionShowIts(),
		progressbar.OptionClearOnFinish(),
	)
	return func(done, total int) {
		bar.ChangeMax(total)
		_ = bar.Set(done)
	}, func() { _ = bar.Finish() }
}

func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
