"""What a repository needs so that gate checks its changes: files proposed from what lies in the folder."""
