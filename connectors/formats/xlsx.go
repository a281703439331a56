package formats

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/xuri/excelize/v2"
)

// The limits of a workbook: a few letters of one can unpack to any size, and a
// few of its cells can make a sheet of every row as wide as any.
const (
	maxBook   = 128 << 20 // the file
	maxSheet  = 256 << 20 // all of it unpacked, and its sheet as csv
	maxTexts  = 48 << 20  // the table of its texts, unpacked
	maxPart   = 16 << 20  // any other part of it but a sheet, unpacked
	maxParts  = 5_000
	maxRows   = 1 << 20
	textsPart = "sharedstrings.xml"
)

// Sheet returns a sheet of a workbook as csv: the cells as a spreadsheet shows
// them, dates in ISO form. name "" is the first sheet. Rows shorter than the
// first are filled up, for a workbook does not store empty cells at the end.
// Nothing of the workbook is calculated, fetched or written to the disk.
func Sheet(r io.Reader, name string) ([]byte, error) {
	return sheet(r, name, maxSheet)
}

// fits refuses a workbook that is too large, by what it says of its parts;
// none unpacks to more than it says.
func fits(file []byte, limit int) error {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return errors.New("this is not an xlsx workbook: it is no zip archive, or one that is cut off")
	}
	if len(z.File) > maxParts {
		return fmt.Errorf("the workbook has more than %d parts", maxParts)
	}
	left := uint64(limit)
	for _, part := range z.File {
		most := uint64(maxPart)
		switch name := strings.ToLower(path.Base(strings.ReplaceAll(part.Name, `\`, "/"))); {
		case name == textsPart:
			most = maxTexts
		case strings.HasPrefix(name, "sheet"):
			most = uint64(limit)
		}
		if part.UncompressedSize64 > min(most, left) {
			return fmt.Errorf("the workbook is larger than %d MiB when it is unpacked: save the sheet as csv", limit>>20)
		}
		left -= part.UncompressedSize64
	}
	return nil
}

func sheet(r io.Reader, name string, limit int) ([]byte, error) {
	file, err := io.ReadAll(io.LimitReader(r, maxBook+1))
	if err != nil {
		return nil, err
	}
	if len(file) > maxBook {
		return nil, fmt.Errorf("the workbook is larger than %d MiB: save the sheet as csv", maxBook>>20)
	}
	if err := fits(file, limit); err != nil {
		return nil, err
	}
	book, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{
		UnzipSizeLimit: int64(limit), UnzipXMLSizeLimit: int64(limit), ShortDatePattern: "yyyy-mm-dd", LongDatePattern: "yyyy-mm-dd",
	})
	if err != nil {
		return nil, errors.New("this is not an xlsx workbook that can be read")
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
	for number := 1; rows.Next(); number++ {
		cells, err := rows.Columns()
		switch {
		case err != nil:
			return nil, fmt.Errorf("row %d of the sheet cannot be read", number)
		case number > maxRows:
			return nil, fmt.Errorf("the sheet has more than %d rows", maxRows)
		}
		if width == 0 {
			width = len(cells)
		}
		if text = appendSheetRow(text, cells, width); len(text) > limit {
			return nil, fmt.Errorf("the sheet is larger than %d MiB", limit>>20)
		}
	}
	if rows.Error() != nil {
		return nil, errors.New("the sheet cannot be read to its end")
	}
	return text, nil
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
