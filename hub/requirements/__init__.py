"""The requirement loop: requests, requirements, material, and who has been told."""
