"""Writes what leaves the checkout: releases, the students' bundle, the lock."""
