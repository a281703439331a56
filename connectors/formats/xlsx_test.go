package formats

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func workbook(t *testing.T, cells map[string]any) []byte {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	for at, value := range cells {
		if err := book.SetCellValue("Sheet1", at, value); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSheet(t *testing.T) {
	packed := workbook(t, map[string]any{"A1": "id", "B1": "name", "A2": 7, "B2": "a,\"b\"", "A4": "x"})
	for _, name := range []string{"", "Sheet1"} {
		text, err := Sheet(bytes.NewReader(packed), name)
		if want := "id,name\n7,\"a,\"\"b\"\"\"\n\nx,\n"; err != nil || string(text) != want {
			t.Errorf("%q, %v, want %q", text, err, want)
		}
	}
	if _, err := Sheet(bytes.NewReader(packed), "Other"); err == nil || !strings.Contains(err.Error(), "it has Sheet1") {
		t.Errorf("a sheet that is not there: %v", err)
	}
	for n := range len(packed) / 50 {
		if _, err := Sheet(bytes.NewReader(packed[:n*50]), ""); err == nil {
			t.Errorf("a workbook cut off after %d of %d bytes is read", n*50, len(packed))
		}
	}
}

// TestSheetIsBounded holds that neither a workbook that unpacks to more than
// it may nor one whose rows are widened by a single cell fills the memory.
func TestSheetIsBounded(t *testing.T) {
	wide := map[string]any{"XFD1": "far"}
	for _, at := range []string{"A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9"} {
		wide[at] = "x"
	}
	if _, err := sheet(bytes.NewReader(workbook(t, wide)), "", 1<<16); err == nil || !strings.Contains(err.Error(), "larger") {
		t.Errorf("a wide sheet: %v", err)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("xl/workbook.xml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, 1<<20)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := sheet(&b, "", 1<<16); err == nil || !strings.Contains(err.Error(), "larger") {
		t.Errorf("a workbook that unpacks to much: %v", err)
	}
}
