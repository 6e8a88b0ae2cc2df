package advisory

import (
	"cmp"

	"vigie/inventory"
)

func holderSubject(h inventory.Holder) inventory.AuditSubject {
	return inventory.AuditSubject{
		Kind: inventory.SubjectHolder, ID: h.ID, Name: h.Name, Holder: h.ID, Commune: h.Commune, Department: h.Department,
	}
}

func deploymentSubject(d inventory.Deployment) inventory.AuditSubject {
	return inventory.AuditSubject{
		Kind: inventory.SubjectDeployment, ID: d.ID, Name: d.Name, Holder: d.Holder, Deployment: d.ID,
		Commune: d.Commune, Department: d.Department,
	}
}

// cameraSubject is a camera, or one of its heads when head is not empty.
func cameraSubject(c *inventory.Camera, head string) inventory.AuditSubject {
	return inventory.AuditSubject{
		Kind: inventory.SubjectCamera, ID: c.ID, Head: head, Name: cmp.Or(c.Name, c.ExternalID), Holder: c.Holder,
		Deployment: c.Deployment, Commune: c.Commune, Department: c.Department,
	}
}

func areaSubject(a inventory.Area) inventory.AuditSubject {
	return inventory.AuditSubject{
		Kind: inventory.SubjectArea, ID: a.ID, Name: a.Name, Holder: a.Holder, Commune: a.Commune, Department: a.Department,
	}
}
