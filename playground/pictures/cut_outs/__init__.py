"""What is cut out of a picture: by its alpha, or by a plain ground that is taken away, edges unmixed from it."""
