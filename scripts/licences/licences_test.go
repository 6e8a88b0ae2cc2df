package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const mit = `MIT License

Copyright (c) 2024 Somebody

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files, to deal in the Software without restriction.`

func TestClassify(t *testing.T) {
	cases := []struct {
		text, name string
		ok         bool
	}{
		{mit, "MIT", true},
		{"                    Apache License\n              Version 2.0, January 2004", "Apache-2.0", true},
		{"// Redistribution and use in source and binary forms, with or\n// without modification, are permitted", "BSD", true},
		{"Permission to use, copy, modify, and/or distribute this software for any\npurpose with or without fee is hereby granted", "ISC", true},
		{"This is free and unencumbered software released into the public domain.", "Unlicense", true},
		{"GNU AFFERO GENERAL PUBLIC LICENSE\n   Version 3, 19 November 2007", "AGPL", false},
		{"GNU LESSER GENERAL\nPUBLIC LICENSE", "LGPL", false},
		{"GNU GENERAL PUBLIC LICENSE Version 2, June 1991", "GPL", false},
		{"Server Side Public License\nVERSION 1, OCTOBER 16, 2018", "SSPL", false},
		{"Business Source License 1.1", "BUSL", false},
		{"Mozilla Public License Version 2.0", "MPL", false},
		{mit + "\n“Commons Clause” License Condition v1.0", "Commons Clause", false},
		{mit + "\nParts come under the GNU General Public License.", "GPL", false},
		{"All rights reserved.", "unknown", false},
		{"", "unknown", false},
	}
	for _, c := range cases {
		if name, ok := classify(c.text); name != c.name || ok != c.ok {
			t.Errorf("classify(%.40q) = %s, %t; want %s, %t", c.text, name, ok, c.name, c.ok)
		}
	}
}

func TestLicenceOfModule(t *testing.T) {
	cases := map[string]struct {
		files     map[string]string
		name, err string
	}{
		"permissive":     {map[string]string{"LICENSE": mit, "README.md": "GNU General Public License"}, "MIT", ""},
		"British":        {map[string]string{"LICENCE.txt": mit}, "MIT", ""},
		"planted":        {map[string]string{"LICENSE": mit, "COPYING": "GNU AFFERO GENERAL PUBLIC LICENSE"}, "AGPL", "COPYING comes under a licence that is refused: AGPL"},
		"unknown":        {map[string]string{"LICENSE": "ask us"}, "unknown", "refused: unknown"},
		"without a text": {map[string]string{"main.go": "package main"}, "none", "no licence file"},
		"logo":           {map[string]string{"LICENSE": mit, drawing: "a picture"}, "MIT", ""},
	}
	for what, c := range cases {
		t.Run(what, func(t *testing.T) {
			m := dependency{Path: "example.org/m", Version: "v1.0.0", Dir: t.TempDir()}
			for name, text := range c.files {
				if err := os.WriteFile(filepath.Join(m.Dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			name, err := m.licence()
			if name != c.name || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("licence %q, error %v; want %q, %q", name, err, c.name, c.err)
			}
		})
	}
}

func TestDependencies(t *testing.T) {
	list := `{"Module":{"Path":"vigie","Main":true}} {"ImportPath":"fmt"} {"Module":{"Path":"b","Version":"v2"}}
		{"Module":{"Path":"a","Version":"v1"}} {"Module":{"Path":"b","Version":"v2"}}`
	modules, err := dependencies(strings.NewReader(list))
	if err != nil || len(modules) != 2 || modules[0].Path != "a" || modules[1].Path != "b" {
		t.Errorf("modules %v, error %v", modules, err)
	}
	if _, err := dependencies(strings.NewReader("{")); err == nil {
		t.Error("a broken list was read")
	}
}
