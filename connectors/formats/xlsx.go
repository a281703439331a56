package formats

import (
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// maxSheet is how many bytes a workbook may have when it is unpacked, and its
// sheet as csv: a few letters can make a sheet of every row as wide as any.
const maxSheet = 1 << 30

// Sheet returns a sheet of a workbook as csv: the cells as a spreadsheet shows
// them, dates in ISO form. name "" is the first sheet. Rows shorter than the
// first are filled up, for a workbook does not store empty cells at the end.
func Sheet(r io.Reader, name string) ([]byte, error) {
	return sheet(r, name, maxSheet)
}

func sheet(r io.Reader, name string, limit int) ([]byte, error) {
	book, err := excelize.OpenReader(r, excelize.Options{
		UnzipSizeLimit: int64(limit), ShortDatePattern: "yyyy-mm-dd", LongDatePattern: "yyyy-mm-dd",
	})
	if err != nil {
		return nil, fmt.Errorf("this is not an xlsx workbook: %w", err)
	}
	defer book.Close()
	if name == "" {
		name = book.GetSheetName(0)
	}
	rows, err := book.Rows(name)
	if err != nil {
		return nil, fmt.Errorf("the workbook has no sheet %q; it has %s", name, strings.Join(book.GetSheetList(), ", "))
	}
	defer rows.Close()
	var text []byte
	width := 0
	for rows.Next() {
		cells, err := rows.Columns()
		if err != nil {
			return nil, err
		}
		if width == 0 {
			width = len(cells)
		}
		if text = appendSheetRow(text, cells, width); len(text) > limit {
			return nil, fmt.Errorf("the sheet is larger than %d MiB", limit>>20)
		}
	}
	return text, rows.Error()
}

func appendSheetRow(text []byte, cells []string, width int) []byte {
	if len(cells) == 0 {
		return append(text, '\n')
	}
	for i := range max(width, len(cells)) {
		if i > 0 {
			text = append(text, ',')
		}
		if i < len(cells) {
			text = appendCell(text, cells[i], ',', false)
		}
	}
	return append(text, '\n')
}
