package exec

import (
	"encoding/json"

	"syncline/connectors"
)

// Claims are the facts that a plug-in with these words states.
func Claims(claimed, ops []byte) (connectors.Facts, error) {
	var list []string
	if err := json.Unmarshal(ops, &list); err != nil {
		return connectors.Facts{}, err
	}
	return facts(claimed, list)
}
