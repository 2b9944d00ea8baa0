"""Composition: settings, addresses, navigation, roles, the home page. The only place that sees every app."""
