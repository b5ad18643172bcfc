"""Films joined from coded pictures: what a source holds, which parts of it fit, how they come together."""
