package state

// FileName is the name of the store's file in the state folder: what a backup
// is restored as.
const FileName = file
