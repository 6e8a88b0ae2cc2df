package main

import (
	"regexp"
	"strings"
)

// class is a family of licence texts.
type class struct {
	name string
	// marks are words that stand in every text of the family, in lower case, single spaces between words.
	marks []string
}

// refused are licences that ask something of those who use the software, or that are no free licences at all. One
// such text anywhere in a module refuses the module.
func refused() []class {
	return []class{
		{"AGPL", []string{"gnu affero general public license"}},
		{"LGPL", []string{"gnu lesser general public license"}},
		{"LGPL", []string{"gnu library general public license"}},
		{"GPL", []string{"gnu general public license"}},
		{"SSPL", []string{"server side public license"}},
		{"BUSL", []string{"business source license"}},
		{"Commons Clause", []string{"commons clause"}},
		{"Elastic", []string{"elastic license"}},
		{"MPL", []string{"mozilla public license"}},
		{"EPL", []string{"eclipse public license"}},
		{"EUPL", []string{"european union public licence"}},
		{"CC BY-SA or NC", []string{"creative commons", "sharealike"}},
		{"CC BY-SA or NC", []string{"creative commons", "noncommercial"}},
	}
}

// allowed are the permissive licences.
func allowed() []class {
	return []class{
		{"Apache-2.0", []string{"apache license", "version 2.0"}},
		{"MIT", []string{"permission is hereby granted, free of charge, to any person obtaining a copy"}},
		{"ISC", []string{"permission to use, copy, modify, and", "distribute this software for any purpose with or without fee is hereby granted"}},
		{"BSD", []string{"redistribution and use in source and binary forms, with or without modification, are permitted"}},
		{"Unlicense", []string{"this is free and unencumbered software released into the public domain"}},
		{"Zlib", []string{"this software is provided 'as-is'", "altered source versions must be plainly marked"}},
		{"CC0-1.0", []string{"cc0 1.0 universal"}},
		{"public domain", []string{"the author disclaims copyright to this source code"}},
	}
}

var (
	blanks   = regexp.MustCompile(`\s+`)
	comments = regexp.MustCompile(`(?m)^\s*(//|#|\*)+`)
)

// classify names the licence of a text. ok is false for a refused or an unknown one.
func classify(text string) (name string, ok bool) {
	plain := strings.ToLower(blanks.ReplaceAllString(comments.ReplaceAllString(text, " "), " "))
	plain = strings.NewReplacer("‘", "'", "’", "'", "`", "'").Replace(plain)
	for _, c := range refused() {
		if c.fits(plain) {
			return c.name, false
		}
	}
	var names []string
	for _, c := range allowed() {
		if c.fits(plain) {
			names = append(names, c.name)
		}
	}
	if len(names) == 0 {
		return "unknown", false
	}
	return strings.Join(names, " and "), true
}

func (c class) fits(plain string) bool {
	for _, mark := range c.marks {
		if !strings.Contains(plain, mark) {
			return false
		}
	}
	return true
}
