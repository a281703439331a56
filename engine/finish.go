package engine

// finish is what the end of a run that came through does for the state: what a
// migration kept is not needed any more.
func (w *walk) finish() error {
	_, err := w.store.DropFormer()
	return err
}
