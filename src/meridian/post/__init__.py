"""
Mail and text messages: what is written, in whose language, and who carries it out of the house.

    letters.py   a mail, a text message, who writes them, and what a carrier is
    folder.py    the carrier that puts both into a folder, for a mail program or a person to take
    aws.py       the carrier that hands them to Amazon SES and SNS
    gsm.py       what fits into one text message
    texts/       every word, a module for each language

Nothing here knows why something is written; `identity` and `messaging` do. No text says anything of health.
"""
