"""Video visits: who may enter when, who is let in, what is said and recorded, and how the media find each other."""
