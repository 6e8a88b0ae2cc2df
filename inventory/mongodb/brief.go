package mongodb

// largeInStudies are the fields that the brief form of a study lacks (see [inventory.Assessment.Brief]).
func largeInStudies() []string {
	return []string{
		"result.areas", "result.gaps", "result.purposes", "result.losses", "result.facades", "result.uncertainty",
		"result.wallsInView", "result.seen", "result.cameras.levels",
	}
}

// largeInPlans are those of a plan (see [inventory.Recommendation.Brief]).
func largeInPlans() []string {
	return []string{
		"result.drawing", "result.areas", "result.measures", "result.curve", "result.marginal", "result.advice", "result.phases",
		"result.network", "result.specification", "result.cameras.camera", "result.cameras.need", "result.cameras.optics",
		"result.cameras.walls", "result.cameras.advice", "result.cameras.specifications", "result.cameras.rejected",
		"result.cameras.models",
	}
}
