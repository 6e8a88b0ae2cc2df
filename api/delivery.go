package api

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"vigie/inventory"
)

// CloudEvent is a change as it is sent (CloudEvents 1.0, structured mode).
type CloudEvent struct {
	SpecVersion string `json:"specversion" example:"1.0"`
	// ID and Source together name the event: the same one that is sent again has the same.
	ID     string `json:"id" example:"1042-0"`
	Source string `json:"source" example:"urn:vigie:0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f"`
	// Type is vigie.KIND.create, .update or .delete; vigie.sync asks to read the lists again, vigie.test is a test.
	Type            string            `json:"type" example:"vigie.cameras.update"`
	Subject         string            `json:"subject,omitempty" example:"cameras/0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f"`
	Time            inventory.Instant `json:"time" swaggertype:"string" format:"date-time"`
	DataContentType string            `json:"datacontenttype,omitempty" example:"application/json"`
	// Data is the change; of vigie.test, the identifier of the subscription.
	Data any `json:"data,omitempty" swaggertype:"object"`
}

const (
	eventType = "application/cloudevents+json"
	batchType = "application/cloudevents-batch+json"
)

// changeEvent tells of a change of a feed.
func changeEvent(epoch inventory.ID, told inventory.ToldChange) CloudEvent {
	return CloudEvent{
		SpecVersion: "1.0", ID: told.ID, Source: "urn:vigie:" + string(epoch), Type: "vigie." + told.Kind + "." + told.Change,
		Subject: told.Kind + "/" + string(told.Record), Time: told.At, DataContentType: jsonType, Data: told,
	}
}

// syncEvent asks to read the lists again: the feed goes on at a position, and does not tell what was before.
func syncEvent(at inventory.FeedPosition, now time.Time) CloudEvent {
	return CloudEvent{
		SpecVersion: "1.0", ID: fmt.Sprintf("sync-%d", at.Rank), Source: "urn:vigie:" + string(at.Epoch), Type: "vigie.sync",
		Time: inventory.InstantOf(now),
	}
}

func testEvent(s inventory.Subscription, now time.Time) CloudEvent {
	return CloudEvent{
		SpecVersion: "1.0", ID: "test-" + inventory.InstantOf(now).String(), Source: "urn:vigie:" + string(s.ID), Type: "vigie.test",
		Time: inventory.InstantOf(now), DataContentType: jsonType, Data: map[string]string{"subscription": string(s.ID)},
	}
}

// DeliveryReport is what became of a request.
type DeliveryReport struct {
	// Taken tells that the receiver answered with a status from 200 to 299.
	Taken bool `json:"taken"`
	// Status is that of its answer; 0 when there was none.
	Status int    `json:"status,omitempty" example:"204"`
	Error  string `json:"error,omitempty" example:"500 Internal Server Error"`

	retryAfter time.Duration
}

// sender sends events.
type sender struct{ client *http.Client }

func newSender(egress Egress) sender { return sender{egress.client()} }

// send sends events in one request, of which id is the identifier.
func (s sender) send(ctx context.Context, to inventory.Subscription, id string, events []CloudEvent, now time.Time) DeliveryReport {
	media, body, err := envelope(to, events)
	if err != nil {
		return DeliveryReport{Error: err.Error()}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, to.URL, bytes.NewReader(body))
	if err != nil {
		return DeliveryReport{Error: err.Error()}
	}
	signature, err := signatures(to, id, now, body)
	if err != nil {
		return DeliveryReport{Error: err.Error()}
	}
	request.Header.Set("Content-Type", media)
	request.Header.Set("User-Agent", "Vigie")
	request.Header.Set("Webhook-Id", id)
	request.Header.Set("Webhook-Timestamp", strconv.FormatInt(now.Unix(), 10))
	request.Header.Set("Webhook-Signature", signature)
	answer, err := s.client.Do(request)
	if err != nil {
		return DeliveryReport{Error: sendingFault(err)}
	}
	defer func() { _ = answer.Body.Close() }()
	_, _ = io.CopyN(io.Discard, answer.Body, mostAnswer)
	report := DeliveryReport{Taken: answer.StatusCode/100 == 2, Status: answer.StatusCode, retryAfter: retryAfter(answer.Header.Get("Retry-After"), now)}
	if !report.Taken {
		report.Error = strings.TrimSpace(fmt.Sprintf("%d %s", answer.StatusCode, http.StatusText(answer.StatusCode)))
	}
	return report
}

// sendingFault is why there was no answer. What the machine's network looks like is not told.
func sendingFault(err error) string {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, errUnsent):
		return errUnsent.Error()
	case errors.As(err, &timeout) && timeout.Timeout():
		return "there was no answer in time"
	case strings.Contains(err.Error(), "tls:") || strings.Contains(err.Error(), "x509:"):
		return "the certificate of the receiver was not accepted"
	}
	return "the receiver was not reached"
}

// envelope is the body of a request.
func envelope(to inventory.Subscription, events []CloudEvent) (media string, body []byte, err error) {
	if to.Batch > 1 {
		body, err = json.Marshal(events)
		return batchType, body, err
	}
	body, err = json.Marshal(events[0])
	return eventType, body, err
}

// signatures are those of a request with the secrets of a subscription, after Standard Webhooks 1.0: of the identifier, the
// moment in seconds and the body, with a full stop between them.
func signatures(to inventory.Subscription, id string, now time.Time, body []byte) (string, error) {
	secrets := []string{to.Secret}
	if to.Previous != "" && to.PreviousUntil != nil && now.Before(to.PreviousUntil.Time) {
		secrets = append(secrets, to.Previous)
	}
	signed := make([]string, len(secrets))
	for i, secret := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, subscriptionSecretMark))
		if err != nil || len(key) == 0 {
			return "", errors.New("the secret of the subscription cannot be read here")
		}
		sum := hmac.New(sha256.New, key)
		_, _ = fmt.Fprintf(sum, "%s.%d.%s", id, now.Unix(), body) // a hash never fails
		signed[i] = "v1," + base64.StdEncoding.EncodeToString(sum.Sum(nil))
	}
	return strings.Join(signed, " "), nil
}

// retryAfter reads the header, seconds or a date (RFC 9110, section 10.2.3); 0 for none.
func retryAfter(text string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(text); err == nil && seconds > 0 {
		return min(time.Duration(seconds)*time.Second, longestRetry)
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(max(at.Sub(now), 0), longestRetry)
	}
	return 0
}
