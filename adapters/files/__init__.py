"""Files that people send: pictures written anew, and where files are kept."""
