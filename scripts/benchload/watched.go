package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// watched is the process of the server, as Linux tells of it; of none when pid is 0.
type watched struct {
	pid          int
	before, used time.Duration
	peakKB       int
}

// ticks is how many a second the kernel counts processor time in, as it tells it (proc(5): sysconf(_SC_CLK_TCK)).
const ticks = 100

func watch(pid int) *watched { return &watched{pid: pid} }

// begin forgets the most memory there was (proc(5), clear_refs), and notes the processor time.
func (w *watched) begin() {
	if w.pid == 0 {
		return
	}
	_ = os.WriteFile(w.file("clear_refs"), []byte("5"), 0) // where it may not, the peak is that of the whole process
	w.before = w.processor()
}

func (w *watched) end() {
	if w.pid == 0 {
		return
	}
	w.used = w.processor() - w.before
	status, err := os.ReadFile(w.file("status"))
	if err != nil {
		return
	}
	for line := range bytes.Lines(status) {
		if rest, found := bytes.CutPrefix(line, []byte("VmHWM:")); found {
			w.peakKB, _ = strconv.Atoi(strings.Fields(string(rest))[0])
		}
	}
}

// tell is what the server used, in words.
func (w *watched) tell(requests int) string {
	if w.pid == 0 {
		return ""
	}
	each := float64(w.used.Microseconds()) / 1000 / float64(max(requests, 1))
	return fmt.Sprintf("Server: most memory %d MB, %.1f s of processor time, %.2f ms a request.", w.peakKB/1024, w.used.Seconds(), each)
}

func (w *watched) file(name string) string { return fmt.Sprintf("/proc/%d/%s", w.pid, name) }

// processor is the time that the process used so far.
func (w *watched) processor() time.Duration {
	stat, err := os.ReadFile(w.file("stat"))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * time.Second / ticks
}
