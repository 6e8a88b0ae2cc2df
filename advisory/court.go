package advisory

import (
	"fmt"
	"maps"
	"slices"

	"vigie/inventory"
)

// court hears the subjects of an audit or a campaign one after the other, by several sessions at once. What is known of a
// deployment is learnt once for all its cameras, and what is known of a camera once for its body and its first head.
type court struct {
	sessions []*Session
	judges   []*judgement
	// at is what is being judged, by the rules of a roll.
	at   Case
	roll roll
	// slots are the places of the facts of each kind of subject that some session asks for.
	slots map[inventory.SubjectKind][]int
	// measured are facts that geometry gives, by the keys of subjects.
	measured map[string]Facts
	// findings are those of the subject, one list for each session; the next ones take their place.
	findings [][]*Finding
	see      func(inventory.AuditSubject, [][]*Finding)
}

// judged hears all of a dossier by some sessions, and hands on what they find, as [convene] does.
func (d *Dossier) judged(sessions []*Session, see func(inventory.AuditSubject, [][]*Finding)) error {
	c, err := convene(sessions, d.computed.facts, see)
	if err != nil {
		return err
	}
	defer c.adjourn()
	return c.hearAll(d)
}

// convene opens a court. see is told the findings of every subject, which it must not keep. The court must be adjourned.
func convene(sessions []*Session, measured map[string]Facts, see func(inventory.AuditSubject, [][]*Finding)) (*court, error) {
	c := &court{sessions: sessions, measured: measured, see: see, findings: make([][]*Finding, len(sessions))}
	for _, session := range sessions {
		j := session.judgement()
		if err := j.learn(nil); err != nil {
			return nil, fmt.Errorf("audit: %w", err)
		}
		c.judges = append(c.judges, j)
	}
	c.slots = sessions[0].slots
	if len(sessions) > 1 {
		c.slots = slotsOf(func(slot int) bool {
			return slices.ContainsFunc(sessions, func(s *Session) bool { return s.asked[slot] })
		})
	}
	return c, nil
}

// adjourn leaves the judgements to others.
func (c *court) adjourn() {
	for i, session := range c.sessions {
		c.judges[i].forget()
		session.rest(c.judges[i])
	}
}

// hearAll judges everything in a dossier: holders, deployments, cameras and their heads, areas.
func (c *court) hearAll(d *Dossier) error {
	for _, holder := range d.holders {
		if err := c.hearHolder(holder); err != nil {
			return err
		}
	}
	byDeployment := map[inventory.ID][]*inventory.Camera{}
	for i := range d.cameras {
		of := d.cameras[i].Deployment
		byDeployment[of] = append(byDeployment[of], &d.cameras[i])
	}
	for _, deployment := range d.deployments {
		if err := c.hearDeployment(d.holder(deployment.Holder), deployment, d.of[deployment.ID]); err != nil {
			return err
		}
		if err := c.hearCameras(byDeployment[deployment.ID]); err != nil {
			return err
		}
		delete(byDeployment, deployment.ID)
	}
	for _, of := range slices.Sorted(maps.Keys(byDeployment)) {
		for _, camera := range byDeployment[of] {
			if err := c.enter(d.holder(camera.Holder)); err != nil {
				return err
			}
			if err := c.hearCamera(camera); err != nil {
				return err
			}
		}
	}
	for _, area := range d.areas {
		if err := c.hearArea(area); err != nil {
			return err
		}
	}
	return nil
}

func (c *court) hearCameras(cameras []*inventory.Camera) error {
	for _, camera := range cameras {
		if err := c.hearCamera(camera); err != nil {
			return err
		}
	}
	return nil
}

func (c *court) hearHolder(holder inventory.Holder) error {
	c.at = Case{Holder: holder}
	return c.hear(holderSubject(holder), holderRoll, inventory.SubjectHolder)
}

// hearDeployment judges a deployment; the cameras that follow are judged as its own.
func (c *court) hearDeployment(holder inventory.Holder, deployment inventory.Deployment, cameras []inventory.Camera) error {
	c.at = Case{Holder: holder, Deployment: deployment, Cameras: cameras}
	return c.hear(deploymentSubject(deployment), deploymentRoll, inventory.SubjectHolder, inventory.SubjectDeployment)
}

// enter makes a holder known of whom the camera that follows is judged, though its deployment is not known.
func (c *court) enter(holder inventory.Holder) error {
	c.at = Case{Holder: holder}
	for _, slot := range c.slots[inventory.SubjectDeployment] {
		if err := c.set(slot, nil); err != nil {
			return err
		}
	}
	return c.learn(inventory.SubjectHolder)
}

func (c *court) hearArea(area inventory.Area) error {
	c.at = Case{Area: area}
	return c.hear(areaSubject(area), areaRoll, inventory.SubjectArea)
}

// hearCamera judges a camera, then each of its heads. A camera without heads is judged by the rules on heads as well:
// they tell what is not known.
func (c *court) hearCamera(camera *inventory.Camera) error {
	heads := camera.Heads
	if len(heads) == 0 {
		heads = []inventory.Head{{}}
	}
	c.at.Camera, c.at.Head = *camera, heads[0]
	if err := c.hear(cameraSubject(camera, ""), bodyRoll, inventory.SubjectCamera); err != nil {
		return err
	}
	if err := c.hear(cameraSubject(camera, heads[0].ID), headRoll); err != nil {
		return err
	}
	for _, head := range heads[1:] {
		c.at.Head = head
		if err := c.hear(cameraSubject(camera, head.ID), headRoll, inventory.SubjectCamera); err != nil {
			return err
		}
	}
	return nil
}

// hear judges a subject by the rules of a roll, after it learnt what the records tell of the kinds that are new, and what geometry
// tells of the subject.
func (c *court) hear(subject inventory.AuditSubject, on roll, kinds ...inventory.SubjectKind) error {
	for _, kind := range kinds {
		if err := c.learn(kind); err != nil {
			return err
		}
	}
	if len(c.measured) > 0 {
		for name, value := range c.measured[subject.Key()] {
			if err := c.set(factIndex()[name], value); err != nil {
				return err
			}
		}
	}
	c.roll = on
	for i, session := range c.sessions {
		var err error
		if c.findings[i], err = c.judges[i].findings(session.rolls[on], c.findings[i][:0]); err != nil {
			return err
		}
	}
	c.see(subject, c.findings)
	return nil
}

// learn learns what the records tell of the subject of a kind.
func (c *court) learn(kind inventory.SubjectKind) error {
	table, known := factTable(), c.judges[0].facts // by all judges the same
	for _, slot := range c.slots[kind] {
		if fact := &table[slot]; !fact.still(&c.at, known[slot]) {
			if err := c.set(slot, fact.of(&c.at)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *court) set(slot int, value any) error {
	for _, j := range c.judges {
		if err := j.set(slot, value); err != nil {
			return fmt.Errorf("audit: %w", err)
		}
	}
	return nil
}

// remembered is the finding of a rule by the first session, as it is remembered.
func (c *court) remembered(r *ruling) *remembered { return c.judges[0].remembered(r) }
