package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience bounds the waiting for a process that hangs; it decides no result.
const patience = 5 * time.Minute

// process is a running vigie.
type process struct {
	*exec.Cmd
	base   string
	stderr *strings.Builder
}

var addressPattern = regexp.MustCompile(`https?://127\.0\.0\.1:\d+`)

// startProcess starts vigie as a process of its own and waits until it prints its address.
func startProcess(t *testing.T, s *shell, args ...string) *process {
	t.Helper()
	return startCommand(t, s, os.Args[0], args...)
}

// startCommand starts a command that becomes vigie, likewise.
func startCommand(t *testing.T, s *shell, name string, args ...string) *process {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	p := &process{Cmd: exec.CommandContext(ctx, name, args...), stderr: &strings.Builder{}}
	p.Env = []string{"HOME=" + s.home, execVariable + "=1"}
	p.Stderr = p.stderr
	stdout, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() })
	lines := bufio.NewScanner(stdout)
	for p.base == "" && lines.Scan() {
		p.base = addressPattern.FindString(lines.Text())
	}
	if p.base == "" {
		t.Fatalf("no address is printed; stderr:\n%s", p.stderr)
	}
	go func() { _, _ = io.Copy(io.Discard, stdout) }()
	return p
}

// end waits for the process and gives its exit code.
func (p *process) end(t *testing.T) int {
	t.Helper()
	if err := p.Wait(); err != nil && p.ProcessState == nil {
		t.Fatal(err)
	}
	return p.ProcessState.ExitCode()
}

func TestServeDrainsOnSignal(t *testing.T) {
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		t.Run(signal.String(), func(t *testing.T) {
			s := newShell(t)
			p := startProcess(t, s, "serve", "--access", "open", "--addr", "127.0.0.1:0")
			body, feed := io.Pipe()
			answered := make(chan string, 1)
			go func() { answered <- post(p.base+"/api/v1/cameras/import?holder=ville", body) }()
			half := len(twoCameras) / 2
			if _, err := io.WriteString(feed, twoCameras[:half]); err != nil { // the request is under way
				t.Fatal(err)
			}
			if err := p.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			waitRefused(t, p)
			if _, err := io.WriteString(feed, twoCameras[half:]); err != nil {
				t.Fatal(err)
			}
			if err := feed.Close(); err != nil {
				t.Fatal(err)
			}
			if got := <-answered; !strings.Contains(got, "200 OK") || !strings.Contains(got, `"added":2`) {
				t.Errorf("the request under way is answered %s", got)
			}
			if code := p.end(t); code != exitDone {
				t.Errorf("exit code %d after %v, want %d; stderr:\n%s", code, signal, exitDone, p.stderr)
			}
			s.must(t, "export", "--kind", "cameras").want(t, exitDone, "C1", "C2")
		})
	}
}

// post sends a file and gives the status and the body of the answer, or the error. It sends the body only when the
// server asks for it (RFC 9110 §10.1.1), so that a body that is being read shows that the request is under way.
func post(url string, body io.Reader) string {
	request, err := http.NewRequest(http.MethodPost, url, body)
	if err != nil {
		return err.Error()
	}
	request.Header.Set("Content-Type", "application/geo+json")
	request.Header.Set("Expect", "100-continue")
	response, err := (&http.Transport{ExpectContinueTimeout: patience}).RoundTrip(request)
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return fmt.Sprint(response.Status, " ", string(text), " ", err)
}

// waitRefused waits until the server takes no new connection.
func waitRefused(t *testing.T, p *process) {
	t.Helper()
	address := strings.TrimPrefix(p.base, "http://")
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		connection, err := net.Dial("tcp", address)
		if err != nil {
			return
		}
		_ = connection.Close()
	}
	t.Fatal("the server still takes connections after the signal")
}

func TestServeInProcess(t *testing.T) {
	s := newShell(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	reader, writer := io.Pipe()
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, []string{"serve", "--access", "open", "--addr", "127.0.0.1:0"}, streams{strings.NewReader(""), writer, io.Discard},
			func(name string) string { return s.env[name] })
		_ = writer.Close()
	}()
	lines := bufio.NewScanner(reader)
	var told strings.Builder
	for lines.Scan() {
		told.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), "/api/v1/cameras") {
			break
		}
	}
	base := addressPattern.FindString(told.String())
	if base == "" {
		t.Fatalf("no address is printed:\n%s", told.String())
	}
	for line := range strings.Lines(told.String()) { // every address that is printed answers
		for _, word := range strings.Fields(line) {
			if strings.HasPrefix(word, base) {
				checkAnswers(t, word)
			}
		}
	}
	s.must(t, "health", "--addr", strings.TrimPrefix(base, "http://")).want(t, exitDone, "ok")
	s.run(t, "serve", "--addr", strings.TrimPrefix(base, "http://")).want(t, exitUsage, "in use by another program", "--addr")
	stop()
	if code := <-done; code != exitDone {
		t.Errorf("exit code %d when the context ends, want %d", code, exitDone)
	}
	s.run(t, "health", "--addr", strings.TrimPrefix(base, "http://")).want(t, exitInternal, "no answer")
}

func checkAnswers(t *testing.T, url string) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Error(err)
		return
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("%s answers %s", url, response.Status)
	}
}

func TestDemoServes(t *testing.T) {
	s := newShell(t)
	p := startProcess(t, s, "demo", "--serve", "--access", "open", "--addr", "127.0.0.1:0", "--out", s.path("out"))
	checkAnswers(t, p.base+"/api/v1/cameras")
	checkAnswers(t, p.base+"/api/v1/assessments/"+string(readAssessment(t, s.path("out")).ID))
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := p.end(t); code != exitDone {
		t.Errorf("exit code %d, want %d; stderr:\n%s", code, exitDone, p.stderr)
	}
}

func TestHealthWrongAddress(t *testing.T) {
	newShell(t).run(t, "health", "--addr", "nowhere").want(t, exitUsage, "not host:port")
}

func TestInterrupted(t *testing.T) {
	s := newShell(t)
	file := s.file(t, "cameras.geojson", twoCameras)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got := s.runContext(ctx, append([]string{"import", file}, asNewHolder...)...)
	got.want(t, exitInterrupted, "vigie: interrupted")
}

func TestVersion(t *testing.T) {
	got := newShell(t).must(t, "version")
	got.want(t, exitDone, "vigie", "go1.", "sqlite", "book", "sha256")
}
