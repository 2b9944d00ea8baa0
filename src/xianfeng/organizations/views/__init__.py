"""Pages: `register` what is on record, `acts` what changes an organization, `home` what a branch keeps itself."""
