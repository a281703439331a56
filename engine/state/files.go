package state

// FileName is the name of the store's file in the state folder: what a backup
// is restored as.
const FileName = file

// SocketName is the name of the socket in the state folder at which a process
// that serves answers the others: the one thing there that is no file.
const SocketName = "serve.sock"
