"""Assets: content with versions, approval, freshness, and the digest of files into text and pages."""
