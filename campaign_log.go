package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"vigie/advisory"
)

// campaignLog is what a campaign leaves on the disk: the record that remembers where it stands, and a line for each
// deployment. Both are brought together each time the record is kept: lines after it are written again.
type campaignLog struct {
	Record advisory.CampaignRecord `json:"record"`
	// LineBytes is how much of the file of lines belongs to the record.
	LineBytes int64 `json:"lineBytes"`

	name  string
	lines *os.File
	out   *bufio.Writer
}

// openCampaign reads the record of a campaign that was begun, or begins one. name and out are files, empty for none.
func openCampaign(name, out string, request advisory.CampaignRequest) (*campaignLog, error) {
	log := &campaignLog{name: name, Record: advisory.CampaignRecord{Request: request}}
	if err := log.read(); err != nil {
		return nil, err
	}
	if log.Record.Request != request {
		return nil, refused("%s is the record of another campaign: name another file with --record", name)
	}
	if out == "" {
		return log, nil
	}
	var err error
	// Its owner's business alone.
	if log.lines, err = os.OpenFile(out, os.O_RDWR|os.O_CREATE, 0o600); err != nil { //nolint:gosec // G304: a file that the user names
		return nil, err
	}
	if err := log.wind(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", out, err), log.lines.Close())
	}
	log.out = bufio.NewWriter(log.lines)
	return log, nil
}

// read takes the record up, when there is one.
func (l *campaignLog) read() error {
	if l.name == "" {
		return nil
	}
	text, err := os.ReadFile(l.name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	if err := json.Unmarshal(text, l); err != nil {
		return refused("%s is not the record of a campaign: %w", l.name, err)
	}
	return nil
}

// wind cuts off the lines that the record does not know of.
func (l *campaignLog) wind() error {
	end, err := l.lines.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if end < l.LineBytes {
		return refused("it is shorter than the record says: it is not the file of this campaign")
	}
	if err := l.lines.Truncate(l.LineBytes); err != nil {
		return err
	}
	_, err = l.lines.Seek(l.LineBytes, io.SeekStart)
	return err
}

// write adds the line of one deployment.
func (l *campaignLog) write(outcome advisory.CampaignOutcome) error {
	if l.out == nil {
		return nil
	}
	line, err := json.Marshal(outcome)
	if err != nil {
		return err
	}
	n, err := l.out.Write(append(line, '\n'))
	l.LineBytes += int64(n)
	return err
}

// keep makes sure of the lines, then of the record.
func (l *campaignLog) keep(record advisory.CampaignRecord) error {
	l.Record = record
	if l.out != nil {
		if err := errors.Join(l.out.Flush(), l.lines.Sync()); err != nil {
			return err
		}
	}
	if l.name == "" {
		return nil
	}
	return writeFile(l.name, func(out io.Writer) error { return json.NewEncoder(out).Encode(l) })
}

func (l *campaignLog) close() error {
	if l.lines == nil {
		return nil
	}
	return errors.Join(l.out.Flush(), l.lines.Close())
}
